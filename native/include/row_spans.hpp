// The part of each row that can hold a region's voxels.
#pragma once

#include "levels.hpp"

namespace oncometry {

struct RowSpan {
    int begin, end;  // equal if the row has no level
};

// From the first to behind the last level that is not 0 in a row of `size`, the borders at its ends left out.
template <class Level>
RowSpan span_of_row(const Level* row, int size, int border) {
    RowSpan span{border, size - border};
    while (span.begin < span.end && row[span.begin] == 0) ++span.begin;
    while (span.end > span.begin && row[span.end - 1] == 0) --span.end;
    return span;
}

}  // namespace oncometry
