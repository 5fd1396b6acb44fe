"""Cases: the life of a case as events that fold into its state."""
