"""What listening and answering cost, and what a budget lets go on."""
