"""What customers owe comes in: by import, API or page (P4). Each is joined to the customer of that name, where there is one."""

from __future__ import annotations

from dataclasses import replace

from domain.ids import CustomerId
from nlp.companies import company_key, same_company
from storage.receivables import Kept, NewReceivable
from storage.unit_of_work import Work


async def keep(work: Work, new: NewReceivable) -> Kept:
    """Refusal where it cannot be kept: another currency, instalments that do not add up, less than has come in."""
    if new.customer_id is None:
        new = replace(new, customer_id=await _customer_named(work, new.customer))
    return await work.receivables.put(new)


async def _customer_named(work: Work, name: str) -> CustomerId | None:
    """The same company under any spelling (L3); its owner then is the receivable's, as long as it has none of its own."""
    key = company_key(name)
    found = await work.customers.with_name_key(key) if key else []
    return next((customer.customer_id for customer, spelling in found if same_company(spelling, name)), None)
