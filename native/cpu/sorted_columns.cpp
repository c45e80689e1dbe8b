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

NodeRows::NodeRows(const SortedColumns& columns)
    : columns_(columns), inside_(columns.rows(), 0), sorted_(columns.rows() + 1) {}

void NodeRows::enter(const std::uint32_t* rows, std::size_t count) {
    rows_ = rows;
    count_ = count;
    std::size_t bits = 1;
    while (count >> bits) ++bits;
    picks_ = columns_.rows() <= 3 * count * bits;
    if (!picks_) return;
    std::fill(inside_.begin(), inside_.end(), std::uint8_t(0));
    for (std::size_t k = 0; k < count; ++k) inside_[rows[k]] = 1;
}

const std::uint32_t* NodeRows::by(std::size_t feature) {
    if (picks_) {
        const std::uint32_t* order = columns_.order(feature);
        std::size_t found = 0;
        for (std::size_t k = 0; k < columns_.rows(); ++k) {
            sorted_[found] = order[k];
            found += inside_[order[k]];
        }
        return sorted_.data();
    }
    const std::uint32_t* place = columns_.places(feature);
    keys_.resize(count_);
    for (std::size_t k = 0; k < count_; ++k) keys_[k] = std::uint64_t(place[rows_[k]]) << 32 | rows_[k];
    std::sort(keys_.begin(), keys_.end());
    for (std::size_t k = 0; k < count_; ++k) sorted_[k] = std::uint32_t(keys_[k]);
    return sorted_.data();
}

}  // namespace oncometry
