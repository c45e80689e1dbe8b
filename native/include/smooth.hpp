// Smoothing of a closed polygon that keeps its area, and keeps an ellipse an ellipse.
#pragma once

#include <vector>

#include "outline.hpp"

namespace oncometry {

// A polygon of pixel steps (unit: pixel) becomes a smooth one of the given area.
//
// Arc length is measured where the polygon's second moments are round, so that an ellipse is a circle
// there: a Gaussian along it then shrinks an ellipse as a whole, and scaling to the area restores it.
// No point moves further than half a pixel, so that thin necks and small parts stay.
std::vector<Point> smooth_polygon(const std::vector<Point>& polygon, double sigma, double area);

double signed_area(const std::vector<Point>& polygon);

}  // namespace oncometry
