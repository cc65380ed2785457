"""What people do on their phones while they learn: activity logs."""
