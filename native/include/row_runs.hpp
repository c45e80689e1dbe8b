// The rows of a mask as runs of its voxels: what is known of a region's shape costs as much as its surface.
#pragma once

#include <cstdint>
#include <vector>

#include "components.hpp"

namespace oncometry {

// Ends of the runs of one row in rising order: begin, end, begin, end ... (half open).
struct Row {
    const int* first;
    const int* last;
    bool empty() const { return first == last; }
};

class RowRuns {
public:
    RowRuns(const std::uint8_t* mask, Shape shape);

    Shape shape() const { return shape_; }

    // A row outside the box is empty.
    Row row(int k, int j) const {
        if (k < 0 || j < 0 || k >= shape_.k || j >= shape_.j) return {ends_.data(), ends_.data()};
        const std::size_t r = std::size_t(k) * std::size_t(shape_.j) + std::size_t(j);
        return {ends_.data() + starts_[r], ends_.data() + starts_[r + 1]};
    }

private:
    Shape shape_;
    std::vector<int> ends_;
    std::vector<std::size_t> starts_;
};

}  // namespace oncometry
