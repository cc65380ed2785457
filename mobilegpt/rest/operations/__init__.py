"""Running the service: health, certificates, QR codes, the API's own document (contract 6.8, 8.8, 8.9)."""
