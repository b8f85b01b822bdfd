/** The mesh's configuration channel: one ADS server for every Envoy, what each has been given and what it took. */
@NullMarked
package dev.sinter.control.xds;

import org.jspecify.annotations.NullMarked;
