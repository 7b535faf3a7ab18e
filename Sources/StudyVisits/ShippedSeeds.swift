import Seeds
