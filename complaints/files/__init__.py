"""What is in a file, and how everything is taken out of it that its sender did not mean to send. Pure: no Django, no database; on the network only the scanner.

Run as a process of its own with little memory and time (`child`), because what these libraries read was written by strangers.
"""
