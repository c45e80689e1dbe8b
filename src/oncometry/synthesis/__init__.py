"""Images with known truth: growth models, contrasts, the demo cohort."""

from oncometry.synthesis.demo import DemoCohort, write_demo
from oncometry.synthesis.settings import DemoSettings

__all__ = ["DemoCohort", "DemoSettings", "write_demo"]
