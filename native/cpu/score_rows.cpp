#include "score_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace oncometry {
namespace {

constexpr double kTurned = 1e-4;  // voxels of the scores by which axes that are taken as the same may part

AxisPlaces places_along(const Mapping& mapping, int target_axis, int axis, int target_count, int count) {
    AxisPlaces found{target_count, 0, {}};
    for (int t = 0; t < target_count; ++t) {
        const double at = mapping.row[axis][target_axis] * t + mapping.row[axis][3];
        if (!reaches(at, count)) continue;
        found.begin = std::min(found.begin, t);
        found.end = t + 1;
        found.places.push_back(place_at(at, count));
    }
    found.begin = std::min(found.begin, found.end);
    return found;
}

int slot_of(std::vector<int>& sources, int source) {
    const auto found = std::find(sources.rbegin(), sources.rend(), source);
    if (found != sources.rend()) return int(sources.rend() - found) - 1;
    sources.push_back(source);
    return int(sources.size()) - 1;
}

// One row of the target between four rows: weights of high j and high k.
void blend(const float* rows[4], float weight_j, float weight_k, int count, float* values) {
    const float *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    if (weight_j == 0.0F && weight_k == 0.0F) {
        std::copy(a, a + count, values);
        return;
    }
    const float w0 = (1.0F - weight_j) * (1.0F - weight_k), w1 = weight_j * (1.0F - weight_k);
    const float w2 = (1.0F - weight_j) * weight_k, w3 = weight_j * weight_k;
    for (int n = 0; n < count; ++n) values[n] = (w0 * a[n] + w1 * b[n]) + (w2 * c[n] + w3 * d[n]);
}

}  // namespace

bool axes_of(const Mapping& mapping, Shape target, int axes[3]) {
    const int counts[3] = {target.i, target.j, target.k};
    bool taken[3] = {false, false, false};
    for (int t = 0; t < 3; ++t) {
        axes[t] = 0;
        for (int axis = 1; axis < 3; ++axis) {
            if (std::abs(mapping.row[axis][t]) > std::abs(mapping.row[axes[t]][t])) axes[t] = axis;
        }
        for (int axis = 0; axis < 3; ++axis) {
            if (axis != axes[t] && std::abs(mapping.row[axis][t]) * (counts[t] - 1) > kTurned) return false;
        }
        if (taken[axes[t]]) return false;
        taken[axes[t]] = true;
    }
    return true;
}

template <class T>
AlignedRows<T>::AlignedRows(const Scores<T>& scores, const Mapping& mapping, Shape target, const int axes[3])
    : scores_(scores) {
    const int counts[3] = {target.i, target.j, target.k};
    for (int t = 0; t < 3; ++t) {
        scores_.shape[t] = scores.shape[axes[t]];
        scores_.stride[t] = scores.stride[axes[t]];
        axes_[t] = places_along(mapping, t, axes[t], counts[t], scores_.shape[t]);
    }
    first_ = scores_.shape[0];
    int last = 0;
    for (const Place& place : axes_[0].places) {
        first_ = std::min(first_, place.low);
        last = std::max(last, place.high);
    }
    span_ = axes_[0].places.empty() ? 0 : last + 1 - first_;
    for (Place& place : axes_[0].places) place = {place.low - first_, place.high - first_, place.weight};
}

template <class T>
void AlignedRows<T>::need(const AxisPlaces& axis, int first, int last, Needed& needed) {
    needed.sources.clear();
    needed.places.clear();
    for (int t = std::max(first, axis.begin); t < std::min(last, axis.end); ++t) {
        const Place place = axis.places[std::size_t(t - axis.begin)];
        const int low = slot_of(needed.sources, place.low), high = slot_of(needed.sources, place.high);
        needed.places.push_back({low, high, place.weight});
    }
}

template <class T>
void AlignedRows<T>::open(const Tile& tile) {
    tile_ = tile;
    need(axes_[1], tile.j0, tile.j1, needed_j_);
    need(axes_[2], tile.k0, tile.k1, needed_k_);
    const std::size_t planes = needed_k_.sources.size(), rows = needed_j_.sources.size();
    const std::vector<Place>& along = axes_[0].places;
    raw_.resize(planes * std::size_t(span_));
    expanded_.resize(std::size_t(scores_.channels) * planes * rows * along.size());
    for (int channel = 0; channel < scores_.channels; ++channel) {
        for (std::size_t j = 0; j < rows; ++j) {
            read(channel, needed_j_.sources[j]);
            for (std::size_t k = 0; k < planes; ++k) {
                const float* raw = raw_.data() + k * std::size_t(span_);
                float* out = expanded_.data() + ((std::size_t(channel) * planes + k) * rows + j) * along.size();
                for (const Place& place : along) *out++ = between(raw[place.low], raw[place.high], place.weight);
            }
        }
    }
}

// A row of each plane that the tile needs; what lies together in memory is read together.
template <class T>
void AlignedRows<T>::read(int channel, int j) {
    const std::ptrdiff_t step = scores_.stride[0], plane = scores_.stride[2];
    const T* row = scores_.data + channel * scores_.channel_stride + j * scores_.stride[1] + first_ * step;
    const int planes = int(needed_k_.sources.size());
    if (std::abs(step) <= std::abs(plane)) {
        for (int k = 0; k < planes; ++k) {
            const T* from = row + needed_k_.sources[std::size_t(k)] * plane;
            float* to = raw_.data() + std::size_t(k) * std::size_t(span_);
            for (int i = 0; i < span_; ++i) to[i] = number(from[i * step]);
        }
        return;
    }
    for (int i = 0; i < span_; ++i) {
        const T* from = row + i * step;
        float* to = raw_.data() + i;
        for (int k = 0; k < planes; ++k) to[k * span_] = number(from[needed_k_.sources[std::size_t(k)] * plane]);
    }
}

template <class T>
Row AlignedRows<T>::begin(int k, int j) {
    const bool reached = k >= axes_[2].begin && k < axes_[2].end && j >= axes_[1].begin && j < axes_[1].end;
    if (!reached) return {k, j, 0, 0};
    at_j_ = needed_j_.places[std::size_t(j - std::max(tile_.j0, axes_[1].begin))];
    at_k_ = needed_k_.places[std::size_t(k - std::max(tile_.k0, axes_[2].begin))];
    return {k, j, axes_[0].begin, axes_[0].end - axes_[0].begin};
}

template <class T>
const float* AlignedRows<T>::expanded(int channel, int k, int j) const {
    const std::size_t planes = needed_k_.sources.size(), rows = needed_j_.sources.size();
    const std::size_t row = (std::size_t(channel) * planes + std::size_t(k)) * rows + std::size_t(j);
    return expanded_.data() + row * axes_[0].places.size();
}

template <class T>
void AlignedRows<T>::values(int channel, float* values) const {
    const float* rows[4] = {expanded(channel, at_k_.low, at_j_.low), expanded(channel, at_k_.low, at_j_.high),
                            expanded(channel, at_k_.high, at_j_.low), expanded(channel, at_k_.high, at_j_.high)};
    blend(rows, at_j_.weight, at_k_.weight, axes_[0].end - axes_[0].begin, values);
}

// The scores' grid is convex, so that what it reaches of a row is one piece.
template <class T>
Row ObliqueRows<T>::begin(int k, int j) {
    row_.clear();
    Row row{k, j, 0, 0};
    Surroundings found;
    for (int i = 0; i < width_; ++i) {
        if (!surroundings_of(scores_, mapping_, i, j, k, found)) {
            if (row.count > 0) break;
            continue;
        }
        if (row.count++ == 0) row.begin = i;
        row_.push_back(found);
    }
    return row;
}

template <class T>
void ObliqueRows<T>::values(int channel, float* values) const {
    const T* data = scores_.data + channel * scores_.channel_stride;
    for (const Surroundings& place : row_) *values++ = interpolated(data, place);
}

template class AlignedRows<float>;
template class AlignedRows<Half>;
template class ObliqueRows<float>;
template class ObliqueRows<Half>;

}  // namespace oncometry
