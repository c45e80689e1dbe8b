// The longest line of an outline and the longest perpendicular to it.
#pragma once

#include <vector>

#include "outline.hpp"

namespace oncometry {

struct Chord {
    Point a{0.0, 0.0}, b{0.0, 0.0};
    double length = 0.0;
    bool leaves = false;  // more than the tolerance of it runs outside the outline
};

struct Diameters {
    Chord longest, perpendicular;
};

// points in mm, polygons as in Outline, even-odd inside.
// within: only lines of which no more than tolerance_mm runs outside; else lines between any two points
// of the outline. at_least: with `within`, lines shorter than this need not be found.
Diameters measure_outline(const Outline& outline, bool within, double tolerance_mm, double at_least);

// Convex hull, counterclockwise, no three points on a line.
std::vector<Point> convex_hull(std::vector<Point> points);

// Two points of a hull furthest apart (rotating calipers).
Chord hull_diameter(const std::vector<Point>& hull);

// Length of the part of a line that lies outside.
double outside_length(const Outline& outline, Point a, Point b);

}  // namespace oncometry
