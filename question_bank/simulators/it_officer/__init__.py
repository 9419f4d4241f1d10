"""What an IT officer of a small agency does: firewall, subnets, false letters, hardening, logs, incidents."""
