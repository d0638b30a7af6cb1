"""From a lender's book to a scenario of his operation today, each number of it with how sure it is.

`calibrate` fits, `keep` writes the result beside the book, `read_calibration` reads it back. How, and what a book cannot tell, is in
docs/background/calibration.md.
"""

from sim.calibration.calibrating import MONTHS, Calibration, calibrate, fit
from sim.calibration.fitted import Fitted
from sim.calibration.levelled import levelled
from sim.calibration.stored import keep, read_calibration

__all__ = ["MONTHS", "Calibration", "Fitted", "calibrate", "fit", "keep", "levelled", "read_calibration"]
