"""Cases: the life of a case as events that fold into its state.

``commands`` say what can be done and give events, ``state.fold`` turns events into the state,
``clocks`` say until when. Nothing here reads a clock or a store.
"""
