import type { RequestHandler } from 'express';

/**
 * Lets a form through only when one of our own pages sent it, so that no other site can press buttons here. Browsers
 * tell by Sec-Fetch-Site or Origin; a request without either does not come from a page.
 */
export const ownFormsOnly: RequestHandler = (req, res, next) => {
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  const isOwn =
    site === undefined
      ? origin !== undefined && URL.canParse(origin) && new URL(origin).host === req.get('host')
      : site === 'same-origin';
  if (isOwn) next();
  else
    res
      .status(403)
      .type('text')
      .send('This form was not sent by a page of this site. Open the page and try again.');
};
