"""What a person takes along from a run; torch-free, because the web process renders it."""
