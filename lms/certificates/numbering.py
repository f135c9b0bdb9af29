"""The numbers that are printed on certificates, and until when those are valid."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.certificates.models import NumberSeries

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def take(session: Session, pattern: str, today: date, count: int) -> list[str]:
    """The next numbers of a series. Its row is locked until the transaction ends, so none is lost or given twice."""
    after = session.execute(
        update(NumberSeries)
        .where(NumberSeries.pattern == pattern, NumberSeries.year == today.year)
        .values(next=NumberSeries.next + count)
        .returning(NumberSeries.next)
    ).scalar_one_or_none()
    if after is None:
        after = 1 + count
        session.add(NumberSeries(pattern=pattern, year=today.year, next=after))
    month, year = ROMAN[today.month - 1], today.year
    return [pattern.format(n=n, month=month, year=year) for n in range(after - count, after)]


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the first of the next where there is none (31 January + 1 month)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + month // 11, (month + 1) % 12 + 1, 1)
