"""Money that came in, what it may pay, and what a judgement about it consists of (P1, P2). Money is whole fen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from re import Pattern

CNY = "CNY"


class MatchClass(StrEnum):
    CERTAIN = "certain"
    NEEDS_CONFIRMATION = "needs_confirmation"
    UNMATCHED = "unmatched"
    IGNORED = "ignored"
    DUPLICATE = "duplicate"


class Nature(StrEnum):
    """What a row is besides a customer's payment, as the bank's or the payer's words say."""

    REVERSAL = "reversal"
    WAGES_RETURNED = "wages_returned"
    WITHDRAWAL = "withdrawal"
    INTEREST = "interest"
    FUND_YIELD = "fund_yield"
    DEPOSIT_RETURNED = "deposit_returned"
    PETTY_CASH = "petty_cash"
    REFUND = "refund"
    REMITTANCE_RETURNED = "remittance_returned"
    LOAN = "loan"
    TAX_REFUND = "tax_refund"
    ACCOUNT_TEST = "account_test"
    FEE = "fee"
    OWN_TRANSFER = "own_transfer"
    POS_SETTLEMENT = "pos_settlement"


class Reason(StrEnum):
    """One for each way a judgement can end; chat/texts/payments.py says it in words."""

    ORDER_NUMBER = "order_number"
    ORDER_NUMBER_PART = "order_number_part"
    ORDER_NUMBERS = "order_numbers"
    CHECKOUT = "checkout"
    CHECKOUT_PART = "checkout_part"
    EXACT_AMOUNT = "exact_amount"
    ALL_TOGETHER = "all_together"

    OVERPAID = "overpaid"
    ORDERS_SHORT = "orders_short"
    ORDERS_OVERPAID = "orders_overpaid"
    PAID_TWICE = "paid_twice"
    FOREIGN_NUMBER = "foreign_number"
    WRONG_NUMBER = "wrong_number"
    OTHER_PAYER = "other_payer"
    SIMILAR_PAYER = "similar_payer"
    CUSTOMER_IN_REMARK = "customer_in_remark"
    CUT_OFF_FITS_SEVERAL = "cut_off_fits_several"
    KNOWN_FOR_SEVERAL = "known_for_several"
    EQUAL_ORDERS = "equal_orders"
    SOME_ORDERS = "some_orders"
    PART_PAYMENT = "part_payment"
    MORE_THAN_OPEN = "more_than_open"
    FITS_NO_ORDER = "fits_no_order"
    AMOUNT_ONLY = "amount_only"
    AMOUNT_ONLY_SEVERAL = "amount_only_several"
    CONTRADICTING_WORDS = "contradicting_words"
    ORDER_CANCELLED = "order_cancelled"
    OTHER_CURRENCY = "other_currency"

    NOTHING_OPEN = "nothing_open"
    UNKNOWN_PAYER = "unknown_payer"
    SETTLEMENT = "settlement"

    OUTGOING = "outgoing"
    NO_MONEY = "no_money"
    NOT_A_PAYMENT = "not_a_payment"
    SERIAL_BOOKED = "serial_booked"
    SERIAL_REPEATED = "serial_repeated"


@dataclass(frozen=True, slots=True)
class BankTransaction:
    serial: str
    paid_at: datetime
    amount: int
    """Above zero what came in, below zero what went out."""
    payer: str = ""
    """The other side's name as printed: who paid, or who was paid."""
    payer_account: str = ""
    remark: str = ""
    """The other side's words: postscript, purpose, note."""
    kind: str = ""
    """The bank's own words for the sort of transaction."""
    checkout_no: str = ""
    """The order number that our own checkout gave to Alipay or WeChat Pay."""
    account: str = ""
    holder: str = ""
    """Our own name on the statement; empty where it does not say."""
    currency: str = CNY
    is_reversal: bool = False
    bank: str = ""


@dataclass(frozen=True, slots=True)
class BookedPayment:
    serial: str
    amount: int
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Instalment:
    amount: int
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Receivable:
    order_no: str
    customer: str
    amount: int
    received: int = 0
    due_date: date | None = None
    payments: tuple[BookedPayment, ...] = ()
    """Transactions inside `received`, as far as they are known."""
    known_payers: tuple[str, ...] = ()
    """Others who are confirmed to pay for this customer."""
    currency: str = CNY
    is_cancelled: bool = False
    instalments: tuple[Instalment, ...] = ()

    @property
    def open(self) -> int:
        return 0 if self.is_cancelled else max(0, self.amount - self.received)


@dataclass(frozen=True, slots=True)
class Match:
    order_no: str
    amount: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Only a CERTAIN one may be booked. Of money in, `matches` and `unallocated` add up to the amount."""

    transaction: BankTransaction
    match_class: MatchClass
    reason: Reason
    matches: tuple[Match, ...] = ()
    candidates: tuple[str, ...] = ()
    """What the card must offer."""
    unallocated: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentWords:
    """The words of the trade that the rules look for; nlp/payment_words.py holds them."""

    natures: tuple[tuple[Nature, Pattern[str]], ...]
    """In the order in which they are tried, each against kind, remark and payer joined by a bar."""
    legal_form: Pattern[str]
    """The end of a company's name that says only what kind of company it is."""
    complete_end: Pattern[str]
    """A name with this end is whole: it cannot have been cut off."""
    between_numbers: str
    """Words, as alternatives of a pattern, that join two order numbers."""
    after_amounts: str
    """Signs, as a character class, that make the digits before them an amount or a date."""
    region_length: Callable[[str], int]
    """How many characters at the start of a company's name are a place."""
