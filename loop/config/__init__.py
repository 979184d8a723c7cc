"""How is the product put together: settings, addresses, background work?"""
