"""What one loan owes: its schedule, what has fallen due, where a payment goes, how far past due it is. Money in whole cents."""

from math import ceil, floor

from tests.reference.clock import Clock

CURRENT, LATE, CHARGED_OFF, PAID_OFF, SOLD = "current", "late", "charged_off", "paid_off", "sold"
"""How a loan stands."""


def cents_half_up(amount: float) -> int:
    return floor(amount + 0.5)


def instalment_of(principal: int, rate: float, term: int) -> int:
    """The instalment of an annuity, rounded up to a cent; rate a month."""
    return ceil(principal / term) if rate == 0 else ceil(principal * rate / (1 - (1 + rate) ** -term))


class Debt:
    """A loan's money. `not_due` is the principal that has not fallen due; `charged` counts instalments that have."""

    def __init__(self, principal: int, annual_rate: float, term: int, paid: int) -> None:
        self.rate, self.term = annual_rate / 12, term
        self.instalment = instalment_of(principal, self.rate, term)
        self.not_due, self.principal_due, self.interest_due, self.charged = principal, 0, 0, 0
        self.due_day, self.next_month = 1, 0
        self.oldest = 0
        for _month in range(paid):
            self.charge()
            self.pay(self.overdue)

    @property
    def overdue(self) -> int:
        return self.principal_due + self.interest_due

    @property
    def balance(self) -> int:
        return self.not_due + self.principal_due

    @property
    def owed(self) -> int:
        return self.not_due + self.principal_due + self.interest_due

    @property
    def instalments_left(self) -> int:
        return self.term - self.charged

    def charge(self) -> tuple[int, int]:
        """The next instalment falls due. Returns its interest and its principal."""
        interest = round(self.not_due * self.rate)
        last = self.charged + 1 == self.term
        principal = self.not_due if last else max(min(self.instalment - interest, self.not_due), 0)
        self.not_due -= principal
        self.principal_due += principal
        self.interest_due += interest
        self.charged += 1
        self.next_month += 1
        return interest, principal

    def call_in(self) -> None:
        """The whole of it falls due and nothing will be charged any more."""
        self.principal_due += self.not_due
        self.not_due = 0
        self.charged = self.term

    def pay(self, amount: int) -> None:
        """Interest due first, then principal due, then what is not due yet."""
        for name in ("interest_due", "principal_due", "not_due"):
            taken = min(amount, getattr(self, name))
            setattr(self, name, getattr(self, name) - taken)
            amount -= taken
        if amount:
            raise ValueError(f"{amount} cents more than is owed were paid")

    def forgive_interest(self, amount: int) -> None:
        self.interest_due -= amount

    def age(self, clock: Clock) -> None:
        """Moves `oldest` to the due date of the oldest instalment that is still owed, never back."""
        owed = ceil(self.overdue / self.instalment)
        self.oldest = max(self.oldest, clock.due(self.next_month - owed, self.due_day))
