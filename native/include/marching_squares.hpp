// Perimeter and area of the outline that marching squares draws halfway between the pixels of a slice and the others.
#pragma once

#include "row_runs.hpp"

namespace oncometry {

struct SquareOutline {
    double perimeter_mm, area_mm2;
};

// spacing: along i, j. Pixels that touch only at a corner are kept apart, as PyRadiomics does.
SquareOutline measure_squares(const RowRuns& region, int k, const double spacing[2]);

}  // namespace oncometry
