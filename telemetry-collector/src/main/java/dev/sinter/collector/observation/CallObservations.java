package dev.sinter.collector.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The application over one window of event time. Immutable.
 *
 * <p>The window ends where spans are complete (now minus the lateness the collector waits for), so rates are not
 * diluted by spans still under way, and is shorter than asked for when the collector has seen less.
 *
 * @param from start, inclusive
 * @param to end, exclusive
 * @param complete false if spans of the window were dropped: counts and rates are then too low
 * @param functions by name
 * @param edges by caller, then callee; calls of gateways and calls to what is no observed function are left out
 */
public record CallObservations(
        Instant from, Instant to, boolean complete, List<ObservedFunction> functions, List<ObservedEdge> edges) {

    public CallObservations {
        functions = List.copyOf(functions);
        edges = List.copyOf(edges);
    }

    /** Length of the window. */
    public Duration window() {
        return Duration.between(from, to);
    }
}
