"""What needs a machine: the web application, the store, the engines, the services."""
