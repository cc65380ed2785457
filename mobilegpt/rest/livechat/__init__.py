"""R51–R56: accounts, rooms and messages as S3 knows them (contract 9.2)."""
