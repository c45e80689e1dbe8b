#include "losses.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace oncometry {
namespace {

constexpr double kLeastCurvature = 1e-150;
constexpr double kLargestExponent = 500.0;

double logistic(double x) {
    const double e = std::exp(-std::abs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}

// A leaf's step is the weighted mean of its gradient.
class MeanStep : public Loss {
  public:
    explicit MeanStep(const Outcomes& outcomes) : y_(outcomes) {}
    std::size_t scores() const override { return 1; }
    double step(const double* pull, std::size_t, const std::uint32_t* rows, std::size_t count) const override {
        double sum = 0.0, weight = 0.0;
        for (std::size_t k = 0; k < count; ++k) {
            sum += y_.weights[rows[k]] * pull[rows[k]];
            weight += y_.weights[rows[k]];
        }
        return sum / weight;
    }

  protected:
    const Outcomes y_;
};

class Squared : public MeanStep {
  public:
    using MeanStep::MeanStep;
    void gradient(const double* scores, double* found) const override {
        for (std::size_t n = 0; n < y_.rows; ++n) found[n] = y_.values[n] - scores[n];
    }
};

// A leaf's step is one of Newton's, with the curvature p (1 - p).
class Classes : public Loss {
  public:
    explicit Classes(const Outcomes& outcomes) : y_(outcomes) {}
    std::size_t scores() const override { return y_.columns; }
    void gradient(const double* scores, double* found) const override {
        for (std::size_t n = 0; n < y_.rows; ++n) {
            if (y_.columns == 1) {
                found[n] = y_.values[n] - logistic(scores[n]);
            } else {
                softmax_gradient(n, scores, found);
            }
        }
    }
    double step(const double* pull, std::size_t score, const std::uint32_t* rows, std::size_t count) const override {
        const double* y = y_.values + score * y_.rows;
        double sum = 0.0, curvature = 0.0, weight = 0.0;
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t n = rows[k];
            const double p = y[n] - pull[n];
            sum += y_.weights[n] * pull[n];
            curvature += y_.weights[n] * p * (1.0 - p);
            weight += y_.weights[n];
        }
        if (std::abs(curvature / weight) < kLeastCurvature) return 0.0;
        const double classes = double(y_.columns);
        return (y_.columns == 1 ? 1.0 : (classes - 1.0) / classes) * sum / curvature;
    }

  private:
    void softmax_gradient(std::size_t n, const double* scores, double* found) const {
        double most = scores[n], sum = 0.0;
        for (std::size_t c = 1; c < y_.columns; ++c) most = std::max(most, scores[c * y_.rows + n]);
        for (std::size_t c = 0; c < y_.columns; ++c) sum += std::exp(scores[c * y_.rows + n] - most);
        for (std::size_t c = 0; c < y_.columns; ++c) {
            const std::size_t at = c * y_.rows + n;
            found[at] = y_.values[at] - std::exp(scores[at] - most) / sum;
        }
    }

    const Outcomes y_;
};

class Cox : public MeanStep {
  public:
    explicit Cox(const Outcomes& outcomes) : MeanStep(outcomes) {
        for (std::size_t n = 0; n < y_.rows; ++n) times_ = std::max(times_, std::size_t(y_.values[n]));
    }
    void gradient(const double* scores, double* found) const override {
        const double* had = y_.values + y_.rows;
        const double most = *std::max_element(scores, scores + y_.rows);
        std::vector<double> at_risk(times_ + 1, 0.0), hazard(times_ + 1, 0.0);
        for (std::size_t n = 0; n < y_.rows; ++n) {
            const std::size_t reached = std::size_t(y_.values[n]);
            found[n] = std::exp(std::max(scores[n] - most, -kLargestExponent));
            at_risk[reached] += y_.weights[n] * found[n];
            if (had[n] > 0.0) hazard[reached] += y_.weights[n];
        }
        for (std::size_t t = times_; t-- > 0;) at_risk[t] += at_risk[t + 1];
        hazard[0] = 0.0;
        for (std::size_t t = 1; t <= times_; ++t) hazard[t] = hazard[t - 1] + hazard[t] / at_risk[t];
        for (std::size_t n = 0; n < y_.rows; ++n) {
            found[n] = (had[n] > 0.0 ? 1.0 : 0.0) - found[n] * hazard[std::size_t(y_.values[n])];
        }
    }

  private:
    std::size_t times_ = 0;
};

}  // namespace

std::unique_ptr<Loss> squared_loss(const Outcomes& outcomes) { return std::make_unique<Squared>(outcomes); }
std::unique_ptr<Loss> class_loss(const Outcomes& outcomes) { return std::make_unique<Classes>(outcomes); }
std::unique_ptr<Loss> cox_loss(const Outcomes& outcomes) { return std::make_unique<Cox>(outcomes); }

}  // namespace oncometry
