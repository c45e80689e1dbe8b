#include "slices.hpp"

#include <algorithm>
#include <cmath>

namespace oncometry {
namespace {

// The field around a patch, as far as the grid goes.
void cut_field(Patch& patch, const float* field, int slice, Shape shape) {
    const int width = patch.width + 2, height = patch.height + 2;
    patch.field.assign(patch.inside.size(), 0.0F);
    for (int y = 0; y < height; ++y) {
        const int j = patch.y0 + y - 1;
        if (j < 0 || j >= shape.j) continue;
        for (int x = 0; x < width; ++x) {
            const int i = patch.x0 + x - 1;
            if (i < 0 || i >= shape.i) continue;
            const std::size_t voxel = (std::size_t(slice) * shape.j + j) * shape.i + i;
            patch.field[std::size_t(y) * width + x] = field[voxel];
        }
    }
}

class SliceMeter {
public:
    explicit SliceMeter(const SliceRule& rule) : rule_(rule), tracer_(rule.sigma) {}

    const Outline& trace(const Patch& patch) {
        tracer_.trace(patch, outline_);
        return outline_;
    }

    SliceMeasure measure(const Patch& patch, int component, int slice, double at_least) {
        trace(patch);
        const double area = enclosed_area(outline_);
        for (Point& point : outline_.points) point = rule_.metric.to_mm(point);
        SliceMeasure found{component, slice, area,
                           measure_outline(outline_, rule_.within, rule_.tolerance_mm, at_least)};
        for (Chord* chord : {&found.diameters.longest, &found.diameters.perpendicular}) {
            chord->a = rule_.metric.to_index(chord->a);
            chord->b = rule_.metric.to_index(chord->b);
        }
        return found;
    }

private:
    SliceRule rule_;
    OutlineTracer tracer_;
    Outline outline_;
};

std::size_t end_of_slice(const std::vector<Run>& runs, std::size_t begin) {
    std::size_t end = begin;
    while (end < runs.size() && runs[end].k == runs[begin].k && runs[end].component == runs[begin].component) {
        ++end;
    }
    return end;
}

}  // namespace

double enclosed_area(const Outline& outline) {
    double twice = 0.0;
    for (std::size_t s = 0; s + 1 < outline.starts.size(); ++s) {
        const std::size_t begin = std::size_t(outline.starts[s]), end = std::size_t(outline.starts[s + 1]);
        for (std::size_t p = begin; p < end; ++p) {
            const Point a = outline.points[p == begin ? end - 1 : p - 1], b = outline.points[p];
            twice += a.x * b.y - b.x * a.y;
        }
    }
    return std::abs(0.5 * twice);
}

Patch cut_patch(const std::vector<Run>& runs, std::size_t begin, std::size_t end, Shape shape) {
    Run box = runs[begin];
    int last_j = box.j;
    for (std::size_t r = begin; r < end; ++r) {
        box.begin = std::min(box.begin, runs[r].begin);
        box.end = std::max(box.end, runs[r].end);
        last_j = std::max(last_j, runs[r].j);
    }
    Patch patch;
    patch.reset(box.end - box.begin, last_j - box.j + 1);
    patch.x0 = box.begin;
    patch.y0 = box.j;
    patch.low_x = box.begin == 0;
    patch.high_x = box.end == shape.i;
    patch.low_y = box.j == 0;
    patch.high_y = last_j == shape.j - 1;
    for (std::size_t r = begin; r < end; ++r) {
        std::uint8_t* row = &patch.at(runs[r].begin - patch.x0, runs[r].j - patch.y0);
        std::fill(row, row + (runs[r].end - runs[r].begin), std::uint8_t(1));
    }
    return patch;
}

std::vector<SliceMeasure> measure_components(const std::uint8_t* mask, Shape shape, const SliceRule& rule,
                                             int minimum_voxels) {
    Components found = find_components(mask, shape);
    std::vector<int> voxels(std::size_t(found.count), 0);
    for (const Run& run : found.runs) voxels[std::size_t(run.component)] += run.end - run.begin;
    std::vector<Run>& runs = found.runs;
    const auto small = [&](const Run& run) { return voxels[std::size_t(run.component)] < minimum_voxels; };
    runs.erase(std::remove_if(runs.begin(), runs.end(), small), runs.end());
    const auto grouped = [](const Run& a, const Run& b) {
        return a.component != b.component ? a.component < b.component : a.k < b.k;
    };
    std::stable_sort(runs.begin(), runs.end(), grouped);
    SliceMeter meter(rule);
    std::vector<SliceMeasure> measures;
    for (std::size_t begin = 0; begin < runs.size();) {
        const std::size_t end = end_of_slice(runs, begin);
        const Patch patch = cut_patch(runs, begin, end, shape);
        measures.push_back(meter.measure(patch, runs[begin].component, runs[begin].k, 0.0));
        begin = end;
    }
    return measures;
}

std::vector<SliceMeasure> measure_region(const std::uint8_t* mask, const float* field, Shape shape,
                                         const SliceRule& rule) {
    Components found = find_components(mask, shape);
    std::vector<Run>& runs = found.runs;
    for (Run& run : runs) run.component = 0;
    SliceMeter meter(rule);
    std::vector<SliceMeasure> measures;
    double best = 0.0;
    for (std::size_t begin = 0; begin < runs.size();) {
        const std::size_t end = end_of_slice(runs, begin);
        Patch patch = cut_patch(runs, begin, end, shape);
        if (field != nullptr) cut_field(patch, field, runs[begin].k, shape);
        measures.push_back(meter.measure(patch, 0, runs[begin].k, best));
        if (rule.within) best = std::max(best, measures.back().diameters.longest.length);
        begin = end;
    }
    return measures;
}

Outline trace_region(const std::uint8_t* mask, const float* field, Shape shape, double sigma,
                     std::vector<int>& slices) {
    std::vector<Run> runs = find_components(mask, shape).runs;
    for (Run& run : runs) run.component = 0;
    OutlineTracer tracer(sigma);
    Outline all{{}, {0}}, one;
    for (std::size_t begin = 0; begin < runs.size();) {
        const std::size_t end = end_of_slice(runs, begin);
        Patch patch = cut_patch(runs, begin, end, shape);
        if (field != nullptr) cut_field(patch, field, runs[begin].k, shape);
        tracer.trace(patch, one);
        const int before = int(all.points.size());
        all.points.insert(all.points.end(), one.points.begin(), one.points.end());
        for (std::size_t s = 1; s < one.starts.size(); ++s) {
            all.starts.push_back(before + one.starts[s]);
            slices.push_back(runs[begin].k);
        }
        begin = end;
    }
    return all;
}

}  // namespace oncometry
