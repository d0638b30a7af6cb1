"""What a person reads for the canonical columns of a loan snapshot."""

from wording import _


def column_name(name: str) -> str:
    return {
        "loan_id": _("Loan id"),
        "as_of": _("Date of the snapshot"),
        "days_past_due": _("Days past due"),
        "bucket": _("Bucket"),
        "balance": _("Balance"),
        "overdue_amount": _("Overdue amount"),
        "interest_due": _("Interest due"),
        "paid_in_month": _("Paid in the month"),
        "status": _("Status"),
        "stage": _("Collection stage"),
        "restructured_on": _("Restructured on"),
        "charged_off_on": _("Charged off on"),
        "sold_on": _("Sold on"),
        "sale_price": _("Sale price"),
        "product": _("Product"),
        "region": _("Region"),
        "segment": _("Segment"),
        "acquisition_channel": _("Acquisition channel"),
        "originated_on": _("Paid out on"),
        "principal": _("Amount paid out"),
        "customer_id": _("Customer id"),
    }.get(name, name)
