#include "sorted_columns.hpp"

#include <algorithm>
#include <utility>

namespace oncometry {

SortedColumns::SortedColumns(const double* values, std::size_t features, std::size_t rows)
    : values_(values), features_(features), rows_(rows), places_(features * rows), order_(features * rows) {
    std::vector<std::pair<double, std::uint32_t>> sorted(rows);
    for (std::size_t f = 0; f < features; ++f) {
        const double* x = values + f * rows;
        for (std::size_t n = 0; n < rows; ++n) sorted[n] = {x[n], std::uint32_t(n)};
        std::sort(sorted.begin(), sorted.end());
        std::uint32_t at = 0;
        for (std::size_t n = 0; n < rows; ++n) {
            if (n > 0 && sorted[n].first > sorted[n - 1].first) ++at;
            order_[f * rows + n] = sorted[n].second;
            places_[f * rows + sorted[n].second] = at;
        }
    }
}

double SortedColumns::between(std::size_t feature, std::uint32_t lower, std::uint32_t upper) const {
    const double* x = values(feature);
    const double middle = x[lower] / 2.0 + x[upper] / 2.0;
    return middle >= x[lower] && middle < x[upper] ? middle : x[lower];
}

}  // namespace oncometry
