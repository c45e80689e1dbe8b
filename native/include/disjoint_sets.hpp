// Union-find with path halving; the smaller index is the root, so numbering follows scan order.
#pragma once

#include <numeric>
#include <utility>
#include <vector>

namespace oncometry {

class DisjointSets {
public:
    explicit DisjointSets(int count) : parent_(std::size_t(count)) {
        std::iota(parent_.begin(), parent_.end(), 0);
    }

    int find(int a) {
        while (parent_[std::size_t(a)] != a) {
            parent_[std::size_t(a)] = parent_[std::size_t(parent_[std::size_t(a)])];
            a = parent_[std::size_t(a)];
        }
        return a;
    }

    void unite(int a, int b) {
        a = find(a);
        b = find(b);
        if (a == b) return;
        if (a > b) std::swap(a, b);
        parent_[std::size_t(b)] = a;
    }

    // Root -> 0, 1, 2 ... in order of index; returns the number of sets.
    int number(std::vector<int>& numbers) {
        numbers.assign(parent_.size(), 0);
        int count = 0;
        for (std::size_t a = 0; a < parent_.size(); ++a) {
            const int root = find(int(a));
            numbers[a] = root == int(a) ? count++ : numbers[std::size_t(root)];
        }
        return count;
    }

private:
    std::vector<int> parent_;
};

}  // namespace oncometry
