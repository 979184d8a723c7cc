"""What goes in and out, a module per noun. Plain serializers: ModelSerializer halves what POST responses/ takes in."""
