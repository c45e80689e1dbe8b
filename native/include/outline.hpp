// The area-preserving outline of a region on one slice.
//
// The bare outline crosses every step between an inside and an outside pixel center halfway (or where a
// given field is 0.5), and no other: its topology is the mask's, inside 8-connected. A mask's outline is
// then smoothed along itself (smooth.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oncometry {

struct Point {
    double x, y;
};

// Closed polygons; polygon p has points[starts[p]] .. points[starts[p + 1] - 1]. Inside is on the left.
struct Outline {
    std::vector<Point> points;
    std::vector<int> starts;
};

// A region in its box with a ring of one pixel around it; ring pixels are outside.
struct Patch {
    int width = 0, height = 0;         // of the box without the ring
    int x0 = 0, y0 = 0;                // index of the box's first pixel
    bool low_x = false, high_x = false, low_y = false, high_y = false;  // where the box ends with the grid
    std::vector<std::uint8_t> inside;  // (height + 2) x (width + 2)
    std::vector<float> field;          // the same, or empty

    void reset(int box_width, int box_height);
    std::uint8_t& at(int x, int y) { return inside[std::size_t(y + 1) * std::size_t(width + 2) + x + 1]; }
};

class OutlineTracer {
public:
    // Gaussian width of the smoothing, in pixels along the outline; 0 gives the bare outline.
    explicit OutlineTracer(double sigma) : sigma_(sigma) {}

    // Points in pixel index coordinates of the grid.
    void trace(const Patch& patch, Outline& outline);

private:
    void link(const Patch& patch);
    Point crossing(const Patch& patch, int edge);

    double sigma_;
    double sums_[6] = {};  // over enclosed pixels: 1, x, y, x x, x y, y y
    std::vector<int> next_;
};

}  // namespace oncometry
