package dev.sinter.collector.observation;

/**
 * Slope of y on x, pooled within groups: adding one regression to another keeps each one's own means, so a drift of
 * load between them does not pass for a slope. Updates after Welford. Not thread-safe.
 */
final class Regression {

    private long count;
    private double degrees;
    private double meanX;
    private double meanY;
    private double sumXX;
    private double sumXY;
    private double sumYY;

    void add(double x, double y) {
        count++;
        double dx = x - meanX;
        double dy = y - meanY;
        meanX += dx / count;
        meanY += dy / count;
        sumXX += dx * (x - meanX);
        sumXY += dx * (y - meanY);
        sumYY += dy * (y - meanY);
        degrees = count - 1.0;
    }

    void add(Regression other) {
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        meanX += (other.meanX - meanX) * other.count / total;
        meanY += (other.meanY - meanY) * other.count / total;
        count = total;
        degrees += other.degrees;
        sumXX += other.sumXX;
        sumXY += other.sumXY;
        sumYY += other.sumYY;
    }

    long count() {
        return count;
    }

    double meanX() {
        return meanX;
    }

    double deviationX() {
        return degrees < 1 ? 0 : Math.sqrt(sumXX / degrees);
    }

    /** Upper bound of the slope, {@code z} standard errors above the estimate; infinite with too little data. */
    double upperSlope(double z) {
        if (degrees < 2 || sumXX <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double slope = sumXY / sumXX;
        double residual = Math.max(0, sumYY - slope * sumXY) / (degrees - 1);
        return slope + z * Math.sqrt(residual / sumXX);
    }
}
