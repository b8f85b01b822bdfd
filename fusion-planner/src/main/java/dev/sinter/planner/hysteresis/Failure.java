package dev.sinter.planner.hysteresis;

import java.time.Instant;
import java.util.Map;

/**
 * That a group was tried and given up, by one cause.
 *
 * @param digests image digest of every member at that time: other images are another try
 * @param cause message code of what ended it
 * @param times how often, by this cause
 * @param last when it ended last
 * @param forGood whether a person ended it: then only a person, or another image, begins anew
 */
public record Failure(Map<String, String> digests, String cause, int times, Instant last, boolean forGood) {
    public Failure {
        digests = Map.copyOf(digests);
    }
}
