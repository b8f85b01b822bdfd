/** Recorded traces of OpenTelemetry, Jaeger and Zipkin as call graphs. */
@NullMarked
package dev.sinter.control.traces;

import org.jspecify.annotations.NullMarked;
