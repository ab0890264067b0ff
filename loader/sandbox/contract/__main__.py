"""Write resolved.json anew: `python -m loader.sandbox.contract`."""

from loader.sandbox.contract.resolve import write_resolved

if __name__ == "__main__":
    print(write_resolved())
