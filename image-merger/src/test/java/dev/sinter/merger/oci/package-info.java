@NullMarked
package dev.sinter.merger.oci;

import org.jspecify.annotations.NullMarked;
