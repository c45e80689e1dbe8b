// The last pass, along k, is made only in columns that are asked about; one array of squared distances is all that is
// kept beside the marks.
#include "distance_field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "parallel.hpp"

namespace oncometry {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

// The lowest of the parabolas value[p] + (step (x - p))^2 over a line of places.
class Envelope {
public:
    explicit Envelope(int size) : at_(std::size_t(size)), from_(std::size_t(size) + 1), value_(std::size_t(size)) {}

    void build(const double* line, int size, double step) {
        count_ = 0;
        square_ = step * step;
        for (int q = 0; q < size; ++q) {
            if (line[q] == kFar) continue;
            double from = -kFar;
            while (count_ > 0) {
                const std::size_t last = std::size_t(count_) - 1;
                const int p = at_[last];
                from = (line[q] - value_[last]) / (2.0 * square_ * (q - p)) + 0.5 * (q + p);
                if (from > from_[last]) break;
                from = -kFar;
                --count_;
            }
            at_[std::size_t(count_)] = q;
            value_[std::size_t(count_)] = line[q];
            from_[std::size_t(count_)] = from;
            ++count_;
        }
        from_[std::size_t(count_)] = kFar;
        here_ = 0;
    }

    bool empty() const { return count_ == 0; }

    // Places must be asked for in rising order.
    double operator()(int x) {
        while (from_[std::size_t(here_) + 1] < x) ++here_;
        const double steps = x - at_[std::size_t(here_)];
        return value_[std::size_t(here_)] + square_ * steps * steps;
    }

private:
    std::vector<int> at_;
    std::vector<double> from_, value_;
    int count_ = 0, here_ = 0;
    double square_ = 1.0;
};

// Squared distances to the nearest site of the same row; whether there is one.
bool along_row(const std::uint8_t* sites, double* row, int size, double step) {
    int last = -1;
    for (int i = 0; i < size; ++i) {
        if (sites[i] != 0) last = i;
        row[i] = last < 0 ? kFar : (i - last) * step;
    }
    if (last < 0) return false;
    int next = last;
    for (int i = last; i >= 0; --i) {
        if (sites[i] != 0) next = i;
        row[i] = std::min(row[i], (next - i) * step);
    }
    for (int i = 0; i < size; ++i) row[i] *= row[i];
    return true;
}

// Squared distances within one plane; without a site all are infinite.
void in_plane(const std::uint8_t* sites, double* plane, Shape shape, const double spacing[3]) {
    const std::size_t row = std::size_t(shape.i);
    bool any = false;
    for (int j = 0; j < shape.j; ++j) any |= along_row(sites + j * row, plane + j * row, shape.i, spacing[0]);
    if (!any) return;
    Envelope envelope(shape.j);
    std::vector<double> line(std::size_t(shape.j));
    for (int i = 0; i < shape.i; ++i) {
        for (int j = 0; j < shape.j; ++j) line[std::size_t(j)] = plane[j * row + i];
        envelope.build(line.data(), shape.j, spacing[1]);
        for (int j = 0; j < shape.j; ++j) plane[j * row + i] = envelope(j);
    }
}

// Of the columns over one row, the squared distances at the queries; the other places keep what they have.
void across_planes(const std::uint8_t* queries, double* field, Shape shape, int j, double step) {
    const std::size_t row = std::size_t(shape.i), plane = row * std::size_t(shape.j);
    Envelope envelope(shape.k);
    std::vector<double> line(std::size_t(shape.k));
    for (int i = 0; i < shape.i; ++i) {
        const std::size_t start = j * row + i;
        int first = 0;
        while (first < shape.k && queries[first * plane + start] == 0) ++first;
        if (first == shape.k) continue;
        for (int k = 0; k < shape.k; ++k) line[std::size_t(k)] = field[k * plane + start];
        envelope.build(line.data(), shape.k, step);
        if (envelope.empty()) continue;
        for (int k = first; k < shape.k; ++k) {
            if (queries[k * plane + start] != 0) field[k * plane + start] = envelope(k);
        }
    }
}

}  // namespace

std::vector<double> nearest_distances(const std::vector<std::uint8_t>& sites, const std::vector<std::uint8_t>& queries,
                                      Shape shape, const double spacing[3], int threads) {
    std::vector<double> field(shape.size());
    const std::size_t plane = std::size_t(shape.i) * std::size_t(shape.j);
    run_jobs(shape.k, threads, [&](int k) {
        in_plane(sites.data() + k * plane, field.data() + k * plane, shape, spacing);
    });
    run_jobs(shape.j, threads, [&](int j) { across_planes(queries.data(), field.data(), shape, j, spacing[2]); });
    std::vector<double> distances;
    for (std::size_t n = 0; n < field.size(); ++n) {
        if (queries[n] != 0) distances.push_back(std::sqrt(field[n]));
    }
    return distances;
}

}  // namespace oncometry
