"""matplotlib.ticker: locators and formatters are accepted; Backstep chooses its ticks itself."""


def __getattr__(name):
    if name.endswith(("Locator", "Formatter")):
        return lambda *args, **kwargs: None
    raise AttributeError(f"matplotlib.ticker.{name} is not part of Backstep")
