// Smoothing of a closed polygon that keeps its area, and keeps an ellipse an ellipse.
#pragma once

#include <vector>

#include "outline.hpp"

namespace oncometry {

// Area, center and second central moments of an area.
struct Moments {
    double area;
    Point center;
    double xx, xy, yy;
};

Moments moments_of(const std::vector<Point>& polygon);

// A polygon of pixel steps (unit: pixel) becomes a smooth one.
//
// Arc length is measured where the polygon's second moments are round, so that an ellipse is a circle
// there: a Gaussian along it then shrinks an ellipse as a whole. An affine map gives back the area of the
// pixels and, unless the polygon is thin, the ratio of the second moments of the pixels' centers, which
// sample the true region without bias (Sheppard's correction, doi:10.1112/plms/s1-29.1.353).
// No point moves further than half a pixel, so that thin necks and small parts stay.
// pixels: of the pixels that the polygon encloses, as squares.
std::vector<Point> smooth_polygon(const std::vector<Point>& polygon, double sigma, const Moments& pixels);

}  // namespace oncometry
