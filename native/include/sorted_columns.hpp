// Each feature's rows by its values, sorted once for all trees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oncometry {

class SortedColumns {
  public:
    // values: features x rows, which must stay.
    SortedColumns(const double* values, std::size_t features, std::size_t rows);

    const double* values(std::size_t feature) const { return values_ + feature * rows_; }
    // Of each row, its place among the feature's values; equal values share one.
    const std::uint32_t* places(std::size_t feature) const { return places_.data() + feature * rows_; }
    // Rows by value, of equal values by number.
    const std::uint32_t* order(std::size_t feature) const { return order_.data() + feature * rows_; }
    std::size_t features() const { return features_; }
    std::size_t rows() const { return rows_; }

    // Halfway between the values of two rows; where that is no number between them, the lower.
    double between(std::size_t feature, std::uint32_t lower, std::uint32_t upper) const;

  private:
    const double* values_;
    std::size_t features_, rows_;
    std::vector<std::uint32_t> places_, order_;
};

// The rows of one node of a tree after another, by any feature.
class NodeRows {
  public:
    explicit NodeRows(const SortedColumns& columns);

    // rows: different ones, which must stay until another node is entered.
    void enter(const std::uint32_t* rows, std::size_t count);
    // By value, of equal values by number; until it is asked again.
    const std::uint32_t* by(std::size_t feature);

  private:
    const SortedColumns& columns_;
    const std::uint32_t* rows_ = nullptr;
    std::size_t count_ = 0;
    bool picks_ = false;  // the node's rows from all in order, which takes less than to sort them where they are many
    std::vector<std::uint8_t> inside_;
    std::vector<std::uint32_t> sorted_;
    std::vector<std::uint64_t> keys_;
};

}  // namespace oncometry
