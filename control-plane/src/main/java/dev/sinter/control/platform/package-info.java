/** Runs an application's workloads on one container engine, each behind an Envoy sidecar that captures its traffic. */
@NullMarked
package dev.sinter.control.platform;

import org.jspecify.annotations.NullMarked;
