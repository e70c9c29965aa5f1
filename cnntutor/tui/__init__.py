"""The program on screen: app, screens and widgets. Only this room imports textual."""
