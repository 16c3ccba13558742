"""Who acts: organs of state in three spheres, entities, partners, and the posts in them."""
