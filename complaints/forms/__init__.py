"""What each act asks of the person who does it: one module per step, plain forms without any writing."""
