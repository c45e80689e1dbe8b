"""A network trained, without a cohort: what `oncometry train` does.

Here synthesis, segmentation and evaluation meet: examples are drawn, learned from, and what was learned is judged.
"""

from oncometry.one_training.cross_validation import CrossValidated
from oncometry.one_training.lesson import Trained
from oncometry.one_training.train import TrainRequest, train

__all__ = ["CrossValidated", "TrainRequest", "Trained", "train"]
