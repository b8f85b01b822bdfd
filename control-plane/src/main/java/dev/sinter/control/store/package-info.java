@NullMarked
package dev.sinter.control.store;

import org.jspecify.annotations.NullMarked;
