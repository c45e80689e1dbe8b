// In-plane diameters of regions, slice by slice.
#pragma once

#include <cstdint>
#include <vector>

#include "components.hpp"
#include "diameters.hpp"
#include "outline.hpp"

namespace oncometry {

// Millimeters of one step along i and along j, in an orthonormal frame of the plane.
struct Metric {
    double ix, iy, jx, jy;
    Point to_mm(Point p) const { return {p.x * ix + p.y * jx, p.x * iy + p.y * jy}; }
    Point to_index(Point p) const {
        const double det = ix * jy - iy * jx;
        return {(p.x * jy - p.y * jx) / det, (p.y * ix - p.x * iy) / det};
    }
};

struct SliceRule {
    Metric metric;
    double sigma;         // of the outline's smoothing, in pixels
    bool within;          // lines must stay inside
    double tolerance_mm;  // of a line that leaves
};

// One component on one slice; chord ends in index coordinates (i, j), lengths in mm.
struct SliceMeasure {
    int component, slice;
    double area_px;
    Diameters diameters;
};

// Patches of a region on its slices, cut from runs.
Patch cut_patch(const std::vector<Run>& runs, std::size_t begin, std::size_t end, Shape shape);

// Every component of at least minimum_voxels on every slice.
std::vector<SliceMeasure> measure_components(const std::uint8_t* mask, Shape shape, const SliceRule& rule,
                                             int minimum_voxels);

// All of the mask as one region on every slice. field: null, or of the mask's shape, crossed at 0.5.
// With rule.within, lines have length 0 on a slice that cannot hold the longest of all.
std::vector<SliceMeasure> measure_region(const std::uint8_t* mask, const float* field, Shape shape,
                                         const SliceRule& rule);

// Area that the outline encloses.
double enclosed_area(const Outline& outline);

// The outlines of a mask on all of its slices; slices: the slice of each polygon.
Outline trace_region(const std::uint8_t* mask, const float* field, Shape shape, double sigma,
                     std::vector<int>& slices);

}  // namespace oncometry
