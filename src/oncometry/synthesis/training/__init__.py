"""Training images from label maps: no patient image is needed.

After SynthSeg (Billot 2023, doi:10.1016/j.media.2023.102789): each image is drawn anew from a map of tissues, with
contrasts, bias, resolution and noise that vary further than those of scanners do. Tumors are grown by the growth model
of the demo cohort. Torch draws where the network learns, on a GPU if there is one.
"""
