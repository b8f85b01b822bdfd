/** Finds or brings what a machine needs to run Sinter: Envoy, a container engine and a base image. */
@NullMarked
package dev.sinter.control.setup;

import org.jspecify.annotations.NullMarked;
