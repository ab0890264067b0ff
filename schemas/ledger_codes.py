"""The pages behind the codes of findings on an order against the ledger and what the API holds."""

from schemas.vocabulary import Severity
from schemas.vocabulary import page as _code

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

LEDGER_PAGES = (
    _code("ACTION-UNSUPPORTED", _E, "This version sends new orders only",
          "Changes and cancellations of orders that exist are not built yet.",
          "Change the order in the client portal, and remove the row or write IGNORE."),
    _code("REPLACES-STANDS", _E, "The order to be replaced still stands",
          "Both would be made: a second box.",
          "Cancel the old order first, or leave the cell empty if this one is wanted as well."),
    _code("REPLACES-UNKNOWN", _W, "The order to be replaced is not known",
          "Neither the ledger nor OK Capsule has an order of that number; it may be a slip.",
          "Correct the number, or leave the cell empty."),
    _code("LEDGER-DIFFERENT", _E, "The order was sent before, with other content",
          "A second order under the same number would be a second box.",
          "If it is another order, give it a new number; where it takes the place of a cancelled"
          " one, name that one in the column replaces. If the order has to change, change it in"
          " the client portal while it is Pending or On Hold."),
    _code("LEDGER-CANCELLED", _W, "The order was sent before, and then cancelled",
          "A cancelled order is not sent again under its old number.",
          "Nothing to do. If it is wanted after all, give it a new number, and name the old one in"
          " the column replaces."),
    _code("LEDGER-BUSY", _E, "The order was sent before with other content, outcome unknown",
          "It has to be known what became of the first one.",
          "Run `order-loader reconcile`, then this file again. Where nothing is found a day"
          " later, `order-loader release` lets the order go."),
    _code("LEDGER-UNKNOWN", _W, "The order was sent before, and nobody knows what became of it",
          "It may exist. A second one would be a second box, so it is not sent again.",
          "Run `order-loader reconcile`: it looks the order up. One that is not found a day"
          " later can be let go again: `order-loader release`."),
    _code("LEDGER-RELEASED", _W, "The order was released, to be sent again",
          "Somebody let it be sent again after its outcome stayed unknown; only a resume does.",
          "Run `order-loader resume`: it looks the order up once more, and sends it if it is"
          " not there."),
    _code("RELEASED-BY", _W, "A person let this order be sent again",
          "Its outcome had stayed unknown. Who did it and why is kept in the ledger.",
          "Nothing to do."),
    _code("LEDGER-WAITING", _W, "Older content of this order was confirmed and still waits",
          "This file has the order to correct, so the older content is not sent by a resume"
          " any more.",
          "Correct the order and submit it again: the new content takes the place of the old."
          " If the old content is right after all, submit the older file again."),
    _code("LEDGER-FOUND", _W, "OK Capsule holds an order that this ledger did not know",
          "It was made by another program, by hand, or before a ledger was lost. It is"
          " remembered now, so that it is not sent a second time.",
          "Nothing to do if the order is yours."),
    _code("LEDGER-MISSING", _W, "OK Capsule does not list an order that the ledger has as made",
          "It may have been deleted there. It is not sent again under its number.",
          "Look it up in the client portal."),
    _code("LEDGER-REFUSED", _W, "The order was sent before, with the same content, and refused",
          "The API would refuse it again.",
          "Correct the order; or, where something was mended at OK Capsule, run"
          " `order-loader resume --refused`."),
    _code("LEDGER-CONFLICT", _E, "The API holds something else under this number",
          "Sending again could make a second box.",
          "Contact OK Capsule support with both order numbers."),
)  # fmt: skip
