"""What runs after what. Prefect lives here and nowhere else."""
