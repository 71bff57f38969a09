"""What the lab adds around moto: request log, faults, inventory, control endpoint."""
