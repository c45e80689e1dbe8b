// Scores interpolated at the voxels of a grid, one row of a channel at a time.
#pragma once

#include <vector>

#include "restore.hpp"

namespace oncometry {

// Voxels begin ... begin + count - 1 of a row (k, j) of the target: those that the scores reach.
struct Row {
    int k, j, begin, count;
};

// Rows j0 ... j1 - 1 of the planes k0 ... k1 - 1 of the target.
struct Tile {
    int k0, k1, j0, j1;
};

// Along an axis of the target that is one of the scores': the place of each voxel begin ... end - 1.
struct AxisPlaces {
    int begin, end;
    std::vector<Place> places;
};

// Which axis of the scores an axis of the target is, for each; false where none of them is, by more than 1e-4 voxels.
bool axes_of(const Mapping& mapping, Shape target, int axes[3]);

// The grids share their axes: each row of scores that a tile needs is first interpolated along it, and then four such
// rows give one of the target, in one loop without looking up.
template <class T>
class AlignedRows {
  public:
    AlignedRows(const Scores<T>& scores, const Mapping& mapping, Shape target, const int axes[3]);

    void open(const Tile& tile);
    Row begin(int k, int j);                      // of the tile that is open
    void values(int channel, float* values) const;  // of the row that was begun

  private:
    // Rows or planes of scores that a tile needs, and which of those lie about each of its own.
    struct Needed {
        std::vector<int> sources;
        std::vector<Place> places;  // low, high: among the sources
    };
    static void need(const AxisPlaces& axis, int first, int last, Needed& needed);
    void read(int channel, int j);
    const float* expanded(int channel, int k, int j) const;

    Scores<T> scores_;  // its axes in the order of the target's
    AxisPlaces axes_[3];
    int first_, span_;  // of the scores along i
    Tile tile_{};
    Needed needed_j_, needed_k_;
    std::vector<float> raw_, expanded_;
    Place at_j_{}, at_k_{};
};

// Any grids: the eight voxels about each of a row are found once, for all channels.
template <class T>
class ObliqueRows {
  public:
    ObliqueRows(const Scores<T>& scores, const Mapping& mapping, Shape target)
        : scores_(scores), mapping_(mapping), width_(target.i) {}

    void open(const Tile&) {}
    Row begin(int k, int j);
    void values(int channel, float* values) const;

  private:
    Scores<T> scores_;
    Mapping mapping_;
    int width_;
    std::vector<Surroundings> row_;
};

// The voxels about the target's voxel; false where the scores do not reach.
template <class T>
ONCOMETRY_ANYWHERE inline bool surroundings_of(const Scores<T>& scores, const Mapping& mapping, int i, int j, int k,
                                               Surroundings& found) {
    found.at = 0;
    for (int axis = 0; axis < 3; ++axis) {
        const double at = mapping(axis, i, j, k);
        if (!reaches(at, scores.shape[axis])) return false;
        const Place place = place_at(at, scores.shape[axis]);
        found.at += place.low * scores.stride[axis];
        found.step[axis] = (place.high - place.low) * scores.stride[axis];
        found.weight[axis] = place.weight;
    }
    return true;
}

}  // namespace oncometry
